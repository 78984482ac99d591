// What BLAS and LAPACK were asked to do, for `:time`.

import COpenBLAS

public struct ProductWork {
  /// Matrix products.
  public let products: Int
  /// Their additions and multiplications.
  public let operations: Double
  /// Decompositions and systems given to LAPACK.
  public let decompositions: Int

  /// Everything since the process started.
  public static var soFar: ProductWork {
    let work = tw_blas_work()
    return ProductWork(
      products: Int(clamping: work.calls), operations: Double(work.operations),
      decompositions: Int(clamping: work.decompositions))
  }

  public static func - (later: ProductWork, earlier: ProductWork) -> ProductWork {
    ProductWork(
      products: later.products - earlier.products, operations: later.operations - earlier.operations,
      decompositions: later.decompositions - earlier.decompositions)
  }
}

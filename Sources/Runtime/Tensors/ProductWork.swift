// What BLAS and LAPACK were asked to do, for `:time`.

import COpenBLAS

package struct ProductWork {
  /// Matrix products.
  package let products: Int
  /// Their additions and multiplications.
  package let operations: Double
  /// Decompositions and systems given to LAPACK.
  package let decompositions: Int

  /// Everything since the process started.
  package static var soFar: ProductWork {
    let work = tw_blas_work()
    return ProductWork(
      products: Int(clamping: work.calls), operations: Double(work.operations),
      decompositions: Int(clamping: work.decompositions))
  }

  package static func - (later: ProductWork, earlier: ProductWork) -> ProductWork {
    ProductWork(
      products: later.products - earlier.products, operations: later.operations - earlier.operations,
      decompositions: later.decompositions - earlier.decompositions)
  }
}

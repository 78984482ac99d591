// Values that are always there under a name. A program may use these names for something else.

import Lang
import Runtime

extension Registrations {
  static let constants: [Operation] = [
    Operation(
      constant: "pi", .number(.pi), "The circumference of a circle of diameter 1, 3.141592653589793.",
      example: "2 * pi"),
    Operation(
      constant: "inf", .number(.infinity), "Infinity: more than every number. -inf is less than every number.",
      example: "fold([3, 1, 2], inf, (least, x) => min([least, x]))"),
    Operation(
      constant: "nan", .number(.nan),
      "The number that is none, such as 0 / 0. It differs from every number and from itself: isnan(x) finds it.",
      example: "nan == nan"),
    Operation(
      constant: "tw", .object(RecordObject(["version": .string(Version.current.text)])),
      """
      The program that runs: `tw.version` is its version, a string. A file that needs a version says so in its first line, \
      `needs tw >= 0.2`.
      """,
      example: "tw.version"),
  ]
}

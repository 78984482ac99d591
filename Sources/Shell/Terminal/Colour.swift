// Whether and how the terminal shows colours.

import Figures
import Glibc
import Runtime

enum Colour {
  /// Colours are for terminals that can show them, and for people who have not switched them off (no-color.org).
  static func isUsed(on descriptor: Int32) -> Bool {
    isatty(descriptor) == 1 && Paths.environment("NO_COLOR") == nil
      && Paths.environment("TERM") != "dumb"
  }

  /// The colours that figures have there: any where COLORTERM says so (the convention of terminals that show 24 bits), else 256.
  static func ofFigures(on descriptor: Int32) -> TextColours {
    guard isUsed(on: descriptor) else { return .none }
    return ["truecolor", "24bit"].contains(Paths.environment("COLORTERM")) ? .direct : .indexed
  }

  /// Bold red, as compilers mark errors.
  static func alarm(_ text: some StringProtocol) -> String { "\u{1B}[1;31m\(text)\u{1B}[0m" }
}

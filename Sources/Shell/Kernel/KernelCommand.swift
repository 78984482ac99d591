// `tw kernel`: tw in notebooks.

import ArgumentParser
import CPlatform
import Formats
import Glibc
import struct Lang.Fault
import Runtime

struct KernelArguments: Subcommand {
  static let name = "kernel"
  static let form = "kernel install"
  static let purpose = "makes tw a kernel of Jupyter, for notebooks"
  static let operands = SubcommandOperands.words
  static let configuration = CommandConfiguration(
    commandName: commandName,
    abstract: "Makes tw a kernel of Jupyter.",
    usage: """
      tw kernel install [--user | --prefix DIR] [LIMITS]
      tw kernel -f FILE [LIMITS]
      """,
    discussion: """
      tw kernel install writes the folder that tells Jupyter of tw, and prints it; with limits, they are those of all its notebooks. Jupyter itself runs the second form. It needs libzmq (apt install libzmq5).
      """)

  @Argument(help: ArgumentHelp("install is the only word.", valueName: "install"))
  var action: String?

  @Flag(help: "Install for this user alone, which is so unless --prefix is given.")
  var user = false

  @Option(help: ArgumentHelp("Install below DIR/share/jupyter, such as a virtual environment.", valueName: "dir"))
  var prefix: String?

  @Option(
    name: [.customShort("f")],
    help: ArgumentHelp("The connection file, which says where to listen.", valueName: "file"))
  var connection: String?

  @OptionGroup(title: "Limits")
  var limits: LimitArguments

  func validate() throws {
    if let action, action != "install" { throw ValidationError("\(action) is none of: install.") }
    guard (action == nil) != (connection == nil) else {
      throw ValidationError("it takes either `install`, or `-f` and the connection file that Jupyter gives.")
    }
    if user, prefix != nil { throw ValidationError("--user and --prefix exclude each other.") }
    if connection != nil, user || prefix != nil { throw ValidationError("--user and --prefix go with `install`.") }
  }

  func perform() throws -> Int32 {
    guard let connection else {
      try StandardOutput.shared.write(try KernelFolder.install(prefix: prefix, options: limits.words) + "\n")
      return ExitStatus.success
    }
    let file = try ConnectionFile(connection)
    tw_install_signal_handlers()
    return try KernelServer(file, limits: limits.limits).run()
  }
}

/// The folder `kernels/tw` of Jupyter's data.
enum KernelFolder {
  /// Writes it and returns its path. Throws `cannotWrite`.
  static func install(prefix: String?, options: [String]) throws -> String {
    let folder = try dataFolder(prefix) + "/kernels/tw"
    let json = JSON.members([
      ("argv", .array((try [program(), "kernel"] + options + ["-f", "{connection_file}"]).map(JSON.string))),
      ("display_name", .string("tw")), ("language", .string("tw")), ("interrupt_mode", .string("message")),
      ("metadata", .members([("debugger", .bool(false))])),
    ])
    try AtomicFile.write(folder + "/kernel.json", permissions: Permissions()) { try $0.write(json.indented() + "\n") }
    return folder
  }

  /// As jupyter_core finds it on Linux.
  private static func dataFolder(_ prefix: String?) throws -> String {
    if let prefix { return Paths.resolved(Paths.expanded(prefix)) + "/share/jupyter" }
    if let folder = Paths.environment("JUPYTER_DATA_DIR") { return folder }
    if let folder = Paths.environment("XDG_DATA_HOME") { return folder + "/jupyter" }
    guard let home = Paths.environment("HOME") else {
      throw Fault.cannotWrite(
        "the kernel's folder", reason: "HOME is not set", help: "say where: tw kernel install --prefix DIR")
    }
    return home + "/.local/share/jupyter"
  }

  private static func program() throws -> String {
    guard let program = realpath("/proc/self/exe", nil) else {
      throw Fault.cannotRead("/proc/self/exe", reason: Fault.systemReason())
    }
    defer { free(program) }
    return Paths.text(program)
  }
}

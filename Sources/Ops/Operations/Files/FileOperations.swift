// Operations that read and write files.

import Figures
import Formats
import Lang
import Runtime

extension Registrations {
  static let files: [Operation] = [
    Operation(
      "read_lines", "(path: string) -> list",
      """
      The lines of a UTF-8 text file, without their ends (LF or CRLF).
      A line end at the end of the file does not start another line. `~/` is the home folder, and a `data/…` file that is not in \
      the current folder comes from the program itself. UTF-16 and UTF-32 are read where their mark says so; else a file that is not UTF-8 is \
      an error that names the line.
      """,
      example: "read_lines(\"data/common_nouns.txt\")[0:3]"
    ) { call in
      .strings(try InputFile.lines(call.string(0), permissions: call.interpreter.permissions))
    },
    Operation(
      "read_text", "(path: string) -> string",
      """
      The contents of a UTF-8 text file as one string.
      Line ends stay as they are; a byte order mark is dropped.
      """,
      example: "len(read_text(\"data/common_nouns.txt\"))"
    ) { call in
      .string(try InputFile.text(call.string(0), permissions: call.interpreter.permissions))
    },
    Operation(
      "read_csv", "(path: string) -> table",
      """
      A table from comma-separated values (RFC 4180) whose first line names the columns.
      Columns whose fields are all numbers become numbers; an empty field among them is nil. Whole numbers that a 64-bit float cannot hold \
      are rounded, and told. Quoted fields may hold commas, quotes \
      and line breaks. Rows of another length than the header's are an error that names the line.
      """,
      example: "save(table({x: [1, 2], y: [\"a\", \"b, c\"]}), \"out/t.csv\")\nread_csv(\"out/t.csv\")"
    ) { call in
      let path = try call.string(0)
      return .object(try CSV.table(InputFile.textBytes(path, permissions: call.interpreter.permissions), path: path))
    },
    Operation(
      "read_json", "(path: string) -> any",
      """
      The value in a JSON file: objects are records, arrays are lists, null is nil.
      Whole numbers that a 64-bit float cannot hold are rounded, and told.
      """,
      example: "save({a: [1, 2]}, \"out/r.json\")\nread_json(\"out/r.json\")"
    ) { call in
      let path = try call.string(0)
      let bytes = try InputFile.bytes(path, permissions: call.interpreter.permissions)
      return try TextEncoding.utf8(bytes, path: path).withUnsafeBytes { bytes in
        var reader = JSONReader(bytes, name: path)
        let value = try reader.languageValue()
        try reader.end()
        reader.rounded.tell(path)
        return value
      }
    },
    Operation(
      "read_npy", "(path: string) -> any",
      """
      A tensor from a NumPy array file (.npy), or a record of the arrays in an archive of them (.npz, as `np.savez` and
      `np.savez_compressed` write it, and `save` does).
      Elements may be bool, integers of 8 to 64 bits, float16, float32 or float64, in either byte order; they become float32, and what
      float32 cannot hold is told. The shape is kept. An array of texts is a list, or lists in a list. Complex numbers, objects, dates and
      structured arrays cannot be read: alone they are an error, in an archive they are left out and named.
      """,
      example: "save({x: tensor([[1, 2], [3, 4]]), y: ones(3)}, \"out/x.npz\")\nread_npy(\"out/x.npz\").x"
    ) { call in
      let path = try call.string(0)
      let bytes = try InputFile.bytes(path, permissions: call.interpreter.permissions)
      return ZipArchive.isArchive(bytes)
        ? .object(try NumpyArchive.record(bytes, path: path)) : try NumpyFile.value(bytes, path: path)
    },
    Operation(
      "read_safetensors", "(path: string) -> record",
      """
      The tensors of a safetensors file as a record, in the order of the file: probes, steering vectors, dictionaries of other tools.
      Elements of type F32, F16 and BF16 stay in the file until they are used and are not copied; F64, whole numbers and bools become float32, \
      and what float32 cannot hold is told. Others, such as 8-bit floats, are left out with a notice. `save` of a record of tensors writes such a file.
      Errors: a file that is damaged, cut off, or of another kind. Source: huggingface/safetensors.
      """,
      example: "save({v: ones(3), W: eye(2)}, \"out/x.safetensors\")\nread_safetensors(\"out/x.safetensors\").W"
    ) { call in
      let file = try MappedFile(path: call.string(0), permissions: call.interpreter.permissions)
      return .object(try Safetensors(file).record())
    },
    Operation(
      "read_image", "(path: string) -> tensor",
      """
      The pixels of a PNG or JPEG image as a tensor [3, height, width] of red, green and blue in 0 … 1.
      Grey is the same in all three, palettes and CMYK become colours, transparency is left out; of 16 bits the upper 8 are taken. A photo that \
      was taken on its side is turned upright, as its EXIF orientation says (ImageOps.exif_transpose in Pillow); colour profiles are not \
      applied. Other than that the numbers are those of Pillow's convert("RGB"), divided by 255.
      Its rows are named red, green and blue: by that `forward` tells an image from pixels that are ready. Errors: a file that is damaged, cut off, or of another kind.
      """, example: "save(heatmap(eye(2), width=80, height=80), \"out/h.png\")\nread_image(\"out/h.png\").shape"
    ) { call in
      .tensor(try ImageFile.tensor(call.string(0), permissions: call.interpreter.permissions))
    },
    Operation(
      "save", "(value: any, path: string, keep: bool = false, digits: number|nil = nil) -> nil",
      """
      Writes a value to a file; the extension of `path` chooses the format.
      csv, tex (LaTeX tabular) and md (Markdown): tables, or what `table` takes. json: records, lists, tables (as a list of rows) \
      and tensors; nan and infinite numbers become null. txt: a string as it is, other values as `print` shows them. npy: a tensor, \
      float32. npz and safetensors: a record of tensors. svg, png and pdf: a figure, drawn by gnuplot; `keep=true` leaves its script beside \
      the picture. html: a page on which a figure turns, zooms and is read with the mouse, drawn by Plotly.js, which is put into the page \
      from where `make install` or TW_SHARE=FOLDER has it. gp: gnuplot's script, csv: the figure's data. `digits=3` writes \
      the numbers of csv, json, md, tex and txt with three decimals: all of a table's column, unless they are whole; in json rounded. \
      Missing folders are made. An existing file is replaced as a whole or, on an error, not at all.
      """,
      example: "save(table({token: [\" a\", \" b\"], score: [0.5, 0.25]}), \"out/scores.md\")"
    ) { call in
      // First, so that a script that cannot be is said before a picture is replaced.
      if try call.bool(2) {
        let script = try FigureFormats.keepScript(
          call[0], beside: call.string(1), permissions: call.interpreter.permissions)
        call.interpreter.record?.wrote(script)
      }
      let digits = try call.optionalWhole(3)
      guard (0...30).contains(digits ?? 0) else {
        throw Fault.badValue("`save` wants `digits` from 0 to 30, got \(digits ?? 0)")
      }
      try Save.save(
        call[0], to: call.string(1), digits: digits, permissions: call.interpreter.permissions,
        record: call.interpreter.record)
      return .nil
    },
  ]
}

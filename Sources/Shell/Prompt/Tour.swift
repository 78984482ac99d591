// What `?` shows at the prompt. At most 78 columns wide.

enum Tour {
  static let text = """
    tw takes the weights of a transformer apart, a line at a time. Try, in order:

      m = load("mini")                   a small trained model, always at hand
      m                                  what it has; m.wte: its token embedding
      W = m.wte - mean(m.wte, axis=0)    without what all tokens share
      nearest(W[" king"], W, by="cosine")
                                         tokens that are embedded near " king"
      b = m.blocks[0]; h = b.heads[3]    a block, and one of its attention heads
      E = ln(m.wte, b.ln_1)              every token as the head sees it
      nearest(E[" king"] @ wqk(h), E)    what the head looks for from " king"
      svd(wvo(h)).s                      its value-output matrix, never expanded
      forward(m, "To kill two birds")    all states of a text on its way

      ans            the last value; a line starting with |> or . goes on from it
      ;              at the end of a line leaves out its echo
      Tab            completes names, fields, arguments, files and tokens
      ?nearest       explains an operation, or any other name; ??name shows how a
                     function of the language is written; help("norm") searches
      :help          lists the commands: :time, :vars, :last, :save, :load, ...
      Up, Ctrl-R     earlier lines, also those of earlier sessions
      Ctrl-C         stops the line that runs, or clears the one being typed
      Ctrl-D         leaves
    """
}

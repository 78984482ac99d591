// All operations, by subject. The registrations are beside the code they register.

import Runtime

public enum Operations {
  public static var all: [Operation] { models + tokenizers + algebra + geometry }
}

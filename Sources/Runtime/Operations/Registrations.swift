// Where the registrations of operations are gathered.

/// Every room adds the lists of its operations in an extension beside the code; Operations/Registrations.swift puts them together.
package enum Registrations {}

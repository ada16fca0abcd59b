/** {@code weft up}: brings up a mesh from its file, with the anchor and the issuer that the user gives. */
@NullMarked
package dev.weft.cli.command.up;

import org.jspecify.annotations.NullMarked;

/** {@code weft up}: a mesh from its file, with the anchor and the issuer that the user gives it. */
@NullMarked
package dev.weft.cli.command.up;

import org.jspecify.annotations.NullMarked;

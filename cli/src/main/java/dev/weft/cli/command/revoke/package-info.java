/** {@code weft revoke}: revocations. */
@NullMarked
package dev.weft.cli.command.revoke;

import org.jspecify.annotations.NullMarked;

/**
 * {@code weft revoke}: what is no longer trusted.
 */
@NullMarked
package dev.weft.cli.command.revoke;

import org.jspecify.annotations.NullMarked;

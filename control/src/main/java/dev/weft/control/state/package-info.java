/**
 * The state directory: trust anchors, the issuer with its key, and the rules for files that hold secrets.
 */
@NullMarked
package dev.weft.control.state;

import org.jspecify.annotations.NullMarked;

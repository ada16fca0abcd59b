/**
 * Whether a namespace can be made strict: which callers still use plaintext, and for which workloads that is not known.
 */
@NullMarked
package dev.weft.cli.harden;

import org.jspecify.annotations.NullMarked;

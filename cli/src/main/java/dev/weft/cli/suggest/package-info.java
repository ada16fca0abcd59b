/** Draws policies of least privilege from the calls that sidecars have recorded, and checks them against these calls. */
@NullMarked
package dev.weft.cli.suggest;

import org.jspecify.annotations.NullMarked;

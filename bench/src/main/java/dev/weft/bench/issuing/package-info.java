/** How many certificates a core issues in a second, and what of it takes how long. */
@NullMarked
package dev.weft.bench.issuing;

import org.jspecify.annotations.NullMarked;

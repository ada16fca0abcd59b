/** An API server for tests. */
@NullMarked
package dev.weft.kubernetes.mock;

import org.jspecify.annotations.NullMarked;

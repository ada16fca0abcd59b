/** Reports resources of Netty that a test class did not release. */
@NullMarked
package dev.weft.testing.leaks;

import org.jspecify.annotations.NullMarked;

/** What the status of our kinds says: whether an object counts, and what it is about. */
@NullMarked
package dev.weft.kubernetes.status;

import org.jspecify.annotations.NullMarked;

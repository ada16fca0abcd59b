/** Links between two clusters: what is read of each, what each is told of the other, and how far they are. */
@NullMarked
package dev.weft.cli.link;

import org.jspecify.annotations.NullMarked;

/** Links between two clusters: what is read from each, what each learns about the other, and how far the link is. */
@NullMarked
package dev.weft.cli.link;

import org.jspecify.annotations.NullMarked;

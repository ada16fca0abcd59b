/** Rules of the sources themselves, read as text: how packages import each other, how long files are, which calls they may make. */
@NullMarked
package dev.weft.e2e.house;

import org.jspecify.annotations.NullMarked;

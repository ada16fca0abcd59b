/** Running commands of the system to their end. */
@NullMarked
package dev.weft.local.command;

import org.jspecify.annotations.NullMarked;

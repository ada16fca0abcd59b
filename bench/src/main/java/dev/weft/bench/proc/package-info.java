/** Reads CPU and memory figures from {@code /proc}: of the machine, of a process, of a tree of processes. */
@NullMarked
package dev.weft.bench.proc;

import org.jspecify.annotations.NullMarked;

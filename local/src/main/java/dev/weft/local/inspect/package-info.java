/** Looking at a running mesh from the host: its workloads, their processes and logs, their sidecars, and running a command among them. */
@NullMarked
package dev.weft.local.inspect;

import org.jspecify.annotations.NullMarked;

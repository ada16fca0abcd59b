/**
 * Examines a running mesh from the host: its workloads, their processes, logs and sidecars. Also runs commands inside
 * it.
 */
@NullMarked
package dev.weft.local.inspect;

import org.jspecify.annotations.NullMarked;

/**
 * Decides what the workload may call out of the mesh: by address before anything is dialled, and by the host that the
 * application names.
 */
@NullMarked
package dev.weft.proxy.egress;

import org.jspecify.annotations.NullMarked;

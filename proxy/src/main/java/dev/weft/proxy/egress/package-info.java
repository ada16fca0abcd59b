/** What the workload may call outside of the mesh: judged by address before anything is dialled, and by the host that the application names. */
@NullMarked
package dev.weft.proxy.egress;

import org.jspecify.annotations.NullMarked;

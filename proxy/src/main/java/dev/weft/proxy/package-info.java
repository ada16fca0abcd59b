/**
 * The sidecar: {@link dev.weft.proxy.ProxyMain} starts one process, {@link dev.weft.proxy.Workload} is everything that belongs
 * to one workload in it. There is no static state, so a process may serve several workloads.
 */
@NullMarked
package dev.weft.proxy;

import org.jspecify.annotations.NullMarked;

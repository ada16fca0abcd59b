/**
 * The sidecar: {@link dev.weft.proxy.ProxyMain} starts one process, {@link dev.weft.proxy.Workload} holds everything
 * that belongs to one workload. There is no static state, so a process may serve several workloads.
 */
@NullMarked
package dev.weft.proxy;

import org.jspecify.annotations.NullMarked;

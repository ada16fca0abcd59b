package dev.weft.proxy.carry;

import dev.weft.proxy.balance.Balancer;
import dev.weft.proxy.balance.RetryBudgets;
import dev.weft.proxy.mesh.Directory;
import dev.weft.proxy.sidecar.Sidecar;
import dev.weft.proxy.tunnel.client.TunnelPool;

/** The objects that all connections of one event loop share. */
public record LoopContext(
        Sidecar sidecar,
        Directory directory,
        TunnelPool tunnels,
        Balancer balancer,
        RetryBudgets budgets,
        OpenMirrors mirrors,
        Reconnects reconnects) {}

package dev.weft.proxy.tunnel;

import dev.weft.proxy.capture.Sockets;
import dev.weft.proxy.mesh.MeshState;
import dev.weft.proxy.observe.Metrics;
import dev.weft.proxy.session.SessionRegistry;

/** The parts of a workload's context that every connection needs. */
public record Sidecar(MeshState mesh, Sockets sockets, SessionRegistry registry, Metrics metrics) {}

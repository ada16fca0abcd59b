package dev.weft.mesh.model;

/** An IP address family of a Service. */
public enum IpFamily {
    IPV4,
    IPV6
}

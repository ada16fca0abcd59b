package dev.weft.mesh.model;

/** A family of addresses that a Service has. */
public enum IpFamily {
    IPV4,
    IPV6
}

package dev.weft.proxy.carry;

/** Makes carriers for connections of one protocol. */
@FunctionalInterface
public interface RequestCarriers {
    /** Carries this connection, or has given it back by {@link Arrival#bytes}. */
    Carrier carry(Arrival arrival);
}

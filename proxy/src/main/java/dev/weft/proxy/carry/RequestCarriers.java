package dev.weft.proxy.carry;

import io.netty.channel.EventLoop;

/** Makes carriers for connections of one protocol. */
@FunctionalInterface
public interface RequestCarriers {
    /** Carries this connection, or gives it back by {@link ArrivedConnection#bytes}. */
    Carrier carry(ArrivedConnection arrival);

    /** Releases the connections kept for later requests. Called on the loop that they are kept for. */
    default void drain(EventLoop loop) {}
}

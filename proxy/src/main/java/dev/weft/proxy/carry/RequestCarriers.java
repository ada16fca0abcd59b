package dev.weft.proxy.carry;

import io.netty.channel.EventLoop;

/** Makes carriers for connections of one protocol. */
@FunctionalInterface
public interface RequestCarriers {
    /** Carries this connection, or has given it back by {@link Arrival#bytes}. */
    Carrier carry(Arrival arrival);

    /** Lets go of what is kept for requests to come. Called on the loop that it is kept for. */
    default void drain(EventLoop loop) {}
}

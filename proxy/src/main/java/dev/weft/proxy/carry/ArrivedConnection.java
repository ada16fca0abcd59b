package dev.weft.proxy.carry;

import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.channel.epoll.EpollSocketChannel;

/**
 * A connection of the application with a known protocol, to be carried by its requests.
 *
 * @param channel the connection, without handlers that still take part; it reads once reading is turned on
 * @param session the registered session; its carrier ends it
 * @param route present route of the destination; the directory returns the latest one for each request
 * @param first bytes that the application has sent; ownership passes
 * @param inputEnded whether the application has ended its direction
 * @param bytes carries the connection as bytes to one endpoint after all
 */
public record ArrivedConnection(
        LoopContext lane,
        EpollSocketChannel channel,
        Session session,
        Route.ToEndpoints route,
        ByteBuf first,
        boolean inputEnded,
        AsBytes bytes) {

    /** Takes a connection back, to carry it as bytes. */
    @FunctionalInterface
    public interface AsBytes {
        /**
         * Carries the connection as bytes from now on, to one endpoint. All earlier requests have been answered, and
         * the caller has removed its handlers.
         *
         * @param said bytes that the application has sent and that were not passed on; ownership passes
         * @param inputEnded whether the application has ended its direction
         */
        void carry(Route.ToEndpoints route, ByteBuf said, boolean inputEnded);
    }
}

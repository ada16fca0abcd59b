package dev.weft.proxy.carry;

import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.channel.epoll.EpollSocketChannel;

/**
 * A connection of the application whose protocol is known, to be carried by its requests.
 *
 * @param channel without a handler that takes part any more; it reads once it is told to
 * @param session registered, and ended by its carrier
 * @param route where its destination leads now; the directory tells for each request what it is by then
 * @param first what the application has said; ownership passes
 * @param inputEnded whether it has said that it says no more
 * @param bytes carries it to one endpoint as bytes after all
 */
public record Arrival(
        Lane lane,
        EpollSocketChannel channel,
        Session session,
        Route.ToEndpoints route,
        ByteBuf first,
        boolean inputEnded,
        AsBytes bytes) {

    /** How a connection is given back. */
    @FunctionalInterface
    public interface AsBytes {
        /**
         * Carries the connection as bytes from now on, to one endpoint. All requests before have been answered, and the giver has
         * removed its handlers.
         *
         * @param said what the application has said and was not sent; ownership passes
         * @param inputEnded whether the application says no more
         */
        void carry(Route.ToEndpoints route, ByteBuf said, boolean inputEnded);
    }
}

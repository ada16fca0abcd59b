package dev.weft.proxy.exchange;

import dev.weft.proxy.carry.ArrivedConnection;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.Http1LocalResponses;
import dev.weft.proxy.http.Http1Request;
import dev.weft.proxy.http.Http1RequestReader;
import dev.weft.proxy.http.LocalResponse;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Relay;
import dev.weft.proxy.session.ResetWatch;
import dev.weft.proxy.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import org.jspecify.annotations.Nullable;

/**
 * The application's side of an HTTP/1.1 connection: requests are read one after the other, and each is answered before
 * the next is read. If a head cannot be read, the connection is carried as bytes from then on, so that the called
 * application judges it; with routes, it is answered and ended instead. Belongs to the connection's event loop.
 */
final class Http1Carrier extends ChannelInboundHandlerAdapter implements Http1RequestReader.Listener {
    private final ArrivedConnection arrival;
    private final Upstreams upstreams;
    private final EpollSocketChannel channel;
    private final Session session;
    private final Http1RequestReader reader;
    private final Output output;
    final Accounts accounts;
    private Route.ToEndpoints route;
    private @Nullable Exchange exchange;
    private @Nullable Refusal unanswered;
    private boolean inputEnded, over;

    Http1Carrier(ArrivedConnection arrival, Upstreams upstreams) {
        this.arrival = arrival;
        this.upstreams = upstreams;
        this.channel = arrival.channel();
        this.session = arrival.session();
        this.route = arrival.route();
        this.inputEnded = arrival.inputEnded();
        this.reader =
                new Http1RequestReader(channel.alloc(), arrival.lane().sidecar().heads(), this);
        this.accounts = new Accounts(session, this);
        this.output = new Output(channel, session, accounts::noteHeld, () -> closed(unanswered));
    }

    void start(ByteBuf first) {
        channel.pipeline().addLast(this);
        reader.receive(first);
        updateReading();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf data = (ByteBuf) message;
        if (over || output.isEnding()) {
            output.drop(data);
            return;
        }
        reader.receive(data);
        updateReading();
        accounts.noteHeld();
    }

    @Override
    public void head(Http1Request request) {
        ByteBuf head = request.head(channel.alloc());
        session.countOut(head.readableBytes());
        Exchange next = new Exchange(this, upstreams, arrival, request, head);
        exchange = next;
        next.start();
    }

    @Override
    public void body(ByteBuf data) {
        session.countOut(data.readableBytes());
        if (exchange == null) {
            data.release();
        } else {
            exchange.body(data);
        }
    }

    @Override
    public void requestEnded() {
        if (exchange != null) {
            exchange.requestEnded();
        }
    }

    @Override
    public void unreadable(GateRefusal why, ByteBuf unread) {
        if (route.isRouted()) { // as bytes it would bypass the routes
            unread.release();
            unanswered = why.toRefusal();
            respond(Http1LocalResponses.of(why, true, false, channel.alloc()));
            end();
            return;
        }
        over = true;
        channel.config().setAutoRead(false);
        channel.pipeline().remove(this);
        accounts.noteHeld();
        arrival.bytes().carry(route, unread, inputEnded);
    }

    @Override
    public void malformedBody(GateRefusal why) {
        Refusal refusal = why.toRefusal();
        Exchange open = exchange;
        if (open == null || open.hasBegun()) {
            broken(refusal);
        } else {
            open.end(Upstream::abort, false);
            GateRefusal told = GateRefusal.of(GateRefusal.Code.MALFORMED_BODY, why.reason());
            answer(open, LocalResponse.refused(told), refusal);
        }
    }

    ByteBufAllocator alloc() {
        return channel.alloc();
    }

    void route(Route.ToEndpoints latest) {
        route = latest;
    }

    /** Sends bytes of a response to the application; takes ownership. */
    void respond(ByteBuf data) {
        output.write(data);
    }

    /** Answers a request in place of an endpoint. */
    void answer(Exchange unansweredOne, LocalResponse reply, @Nullable Refusal why) {
        unanswered = why;
        boolean last = !unansweredOne.mayBeFollowed();
        respond(Http1LocalResponses.of(reply, last, unansweredOne.request.isHead(), channel.alloc()));
        next(!last);
    }

    /** Called when the whole response has passed. */
    void responded(Exchange done, boolean persists) {
        unanswered = null;
        boolean lasts = persists && !session.draining();
        next(lasts && done.hasRequestEnded() && done.request.persists());
    }

    private void next(boolean persists) {
        exchange = null;
        if (!persists) {
            end();
            return;
        }
        channel.eventLoop().execute(this::readNext); // so that pipelined requests do not recurse
    }

    private void readNext() {
        if (over || exchange != null || output.isEnding()) {
            return;
        }
        reader.next();
        Exchange open = exchange;
        if (inputEnded && !over && (open == null || !open.hasRequestEnded())) {
            if (open != null) {
                open.end(Upstream::abort, false);
                exchange = null;
                unanswered = Refusal.of(Refusal.Code.BROKEN, "the application ended within a request");
            }
            end(); // the earlier responses are still sent
        } else {
            updateReading();
        }
    }

    private void end() {
        reader.close();
        output.end(inputEnded);
    }

    /** Ends the connection if no request is open and none has begun; otherwise its request is the last. */
    void drain() {
        if (!over && exchange == null && reader.held() == 0) {
            end();
        }
    }

    /** Called when the protocol was switched: from now on bytes pass. */
    void switched() {
        reader.becomeBytes();
        if (inputEnded && exchange != null) {
            exchange.applicationEnded(); // it may have ended before there was an endpoint
        }
        updateReading();
    }

    /** Called when the endpoint sends no more, after the protocol was switched. */
    void endpointEnded() {
        output.finish();
        if (inputEnded) {
            bothEnded();
        }
    }

    /** Ends the connection after both sides have ended a switched protocol; their last data still arrives. */
    private void bothEnded() {
        if (exchange != null) {
            exchange.end(Upstream::retire, true);
            exchange = null;
        }
        end();
    }

    boolean takes() {
        return !over && channel.isWritable();
    }

    void updateReading() {
        if (!over && !output.isEnding() && !inputEnded) {
            Exchange open = exchange;
            boolean more = !reader.isFull() && (open == null || open.takesMore());
            if (channel.config().isAutoRead() != more) {
                channel.config().setAutoRead(more);
            }
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof ChannelInputShutdownEvent)) {
            return;
        }
        inputEnded = true;
        channel.config().setAutoRead(false); // otherwise the end stays readable, and is read again and again
        ResetWatch.start(channel, () -> broken(Refusal.of(Refusal.Code.BROKEN, "the connection was reset")));
        Exchange open = exchange;
        if (output.isEnding()) {
            output.inputEnded();
        } else if (over) {
            return;
        } else if (open == null) {
            end();
        } else if (open.mayEnd()) {
            open.applicationEnded();
            if (output.isFinished()) {
                bothEnded();
            }
        } else {
            broken(Refusal.of(Refusal.Code.BROKEN, "the application ended within a request"));
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable() && exchange != null) {
            exchange.resume();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closed(output.isEnding() ? unanswered : Refusal.of(Refusal.Code.BROKEN, "the connection was reset"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        broken(Refusal.of(Refusal.Code.BROKEN, "the connection broke: " + cause));
    }

    /** Resets the application's connection: nothing more can be sent in order. */
    void broken(Refusal refusal) {
        closed(refusal);
        Relay.reset(channel);
    }

    private void closed(@Nullable Refusal refusal) {
        if (over) {
            return;
        }
        over = true;
        reader.close();
        if (exchange != null) {
            exchange.end(Upstream::abort, false);
            exchange = null;
        }
        accounts.noteHeld();
        session.end(refusal);
    }

    /** Returns how many bytes are kept or not taken yet by a receiver. */
    long held() {
        return over ? 0 : reader.held() + output.queued() + (exchange == null ? 0 : exchange.held());
    }
}

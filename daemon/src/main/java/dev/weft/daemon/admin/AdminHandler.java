package dev.weft.daemon.admin;

import dev.weft.daemon.admin.AdminPages.Page;
import dev.weft.daemon.http.HeadBytes;
import dev.weft.daemon.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers one request for an admin page, then closes the connection. */
final class AdminHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);
    /** Longest time until the request has arrived. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(10);
    /** Longest time to create the answer and to send it. */
    private static final Duration MAX_ANSWER = Duration.ofSeconds(30);

    /**
     * Query of a client that wants no failure yet: a page that answers {@value #UNAVAILABLE} is held back until it
     * answers otherwise, so that a probe of a process that starts is one probe and no failure.
     */
    private static final String WAIT = "?wait";

    /** How often a page that is held back is created again. */
    private static final Duration HELD_PERIOD = Duration.ofMillis(100);
    /** How many times it is. The probe's time limit is longer than all of them. */
    static final int HELD_LOOKS = 100;

    private static final int UNAVAILABLE = 503;

    private static final Page OTHERS_ASK =
            Page.text(UNAVAILABLE, "others have asked and not read their answers; ask again");

    private final AdminPages pages;
    private final LargePages large;
    private final HeadBytes head = new HeadBytes();
    private boolean answered;
    private @Nullable Future<?> deadline;

    AdminHandler(AdminPages pages, LargePages large) {
        this.pages = pages;
        this.large = large;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        closeAfter(ctx, MAX_WAIT);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    private void closeAfter(ChannelHandlerContext ctx, Duration wait) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        deadline = ctx.executor()
                .schedule(
                        () -> {
                            var _ = ctx.close();
                        },
                        wait.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf data = (ByteBuf) message;
        try {
            if (answered) {
                return;
            }
            var _ = head.add(data);
        } finally {
            data.release();
        }
        if (head.isOver()) {
            answered = true;
            Optional<RequestHead> request = head.parse();
            head.forget();
            closeAfter(ctx, MAX_ANSWER);
            answer(ctx, request);
        }
    }

    private void answer(ChannelHandlerContext ctx, Optional<RequestHead> request) {
        boolean headOnly = request.isPresent() && request.get().method().equals("HEAD");
        if (request.filter(head -> pages.isLarge(head.target())).isPresent()) {
            if (large.mayHave().test(ctx.channel())) {
                answerBeside(ctx, request, headOnly);
            } else {
                write(ctx, OTHERS_ASK, headOnly);
            }
        } else {
            boolean waits = request.filter(head -> head.target().endsWith(WAIT)).isPresent();
            answerOrHold(ctx, request, headOnly, waits ? HELD_LOOKS : 0);
        }
    }

    private void answerOrHold(
            ChannelHandlerContext ctx, Optional<RequestHead> request, boolean headOnly, int looksLeft) {
        Page page;
        try {
            page = page(request);
        } catch (RuntimeException e) { // nothing else reports an exception of a later look
            LOG.atError().setCause(e).log("an admin page cannot be made");
            var _ = ctx.close();
            return;
        }
        if (page.status() != UNAVAILABLE || looksLeft == 0) {
            write(ctx, page, headOnly);
        } else if (ctx.channel().isActive()) {
            var _ = ctx.executor()
                    .schedule(
                            () -> answerOrHold(ctx, request, headOnly, looksLeft - 1),
                            HELD_PERIOD.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Creates a large page on a virtual thread. Only one is created at a time, because several would need the memory of
     * several.
     */
    private void answerBeside(ChannelHandlerContext ctx, Optional<RequestHead> request, boolean headOnly) {
        Thread.startVirtualThread(() -> {
            large.making().lock();
            try {
                if (!ctx.channel().isActive()) {
                    return;
                }
                Page page = page(request);
                ctx.executor().execute(() -> write(ctx, page, headOnly));
            } catch (RuntimeException e) {
                LOG.warn("No answer to {}", request, e);
                var _ = ctx.close();
            } finally {
                large.making().unlock();
            }
        });
    }

    private static void write(ChannelHandlerContext ctx, Page page, boolean headOnly) {
        byte[] body = page.body().getBytes(StandardCharsets.UTF_8);
        String start = "HTTP/1.1 " + page.status() + " " + phrase(page.status()) + "\r\nContent-Type: " + page.type()
                + "\r\nContent-Length: " + body.length + "\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n";
        ByteBuf out = Unpooled.wrappedBuffer(
                ByteBufUtil.writeAscii(ctx.alloc(), start),
                headOnly ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
        var _ = ctx.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
    }

    private Page page(Optional<RequestHead> request) {
        if (request.isEmpty()) {
            return Page.text(400, "not a request that can be read");
        }
        if (!request.get().reads()) {
            return Page.text(405, "only GET and HEAD");
        }
        return pages.find(request.get().target())
                .map(page -> page.negotiated(request.get().values("accept")))
                .orElseGet(() -> Page.text(
                        404,
                        "no such page (expected: one of "
                                + new TreeSet<>(pages.pages().keySet()) + ")"));
    }

    private static String phrase(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            default -> "Service Unavailable";
        };
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        var _ = ctx.close();
    }
}

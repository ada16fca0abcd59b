package dev.weft.daemon.admin;

import dev.weft.daemon.admin.AdminPages.Page;
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
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers one request for an admin page, then closes. */
final class AdminHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);
    private static final Duration MAX_WAIT = Duration.ofSeconds(10);

    private final AdminPages pages;
    private final Lock large;
    private final byte[] head = new byte[RequestHead.MAX_BYTES];
    private int count;
    private boolean answered;
    private @Nullable Future<?> deadline;

    /** @param large held while a large page is made */
    AdminHandler(AdminPages pages, Lock large) {
        this.pages = pages;
        this.large = large;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        deadline = ctx.executor()
                .schedule(
                        () -> {
                            var _ = ctx.close();
                        },
                        MAX_WAIT.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        inTime();
    }

    private void inTime() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf data = (ByteBuf) message;
        try {
            int added = Math.min(data.readableBytes(), head.length - count);
            data.readBytes(head, count, added);
            count += added;
        } finally {
            data.release();
        }
        int length = RequestHead.length(head, count);
        if (!answered && (length >= 0 || count == head.length)) {
            answered = true;
            inTime();
            answer(ctx, length < 0 ? Optional.empty() : RequestHead.parse(head, length));
        }
    }

    private void answer(ChannelHandlerContext ctx, Optional<RequestHead> request) {
        boolean headOnly = request.isPresent() && request.get().method().equals("HEAD");
        if (request.filter(head -> pages.isLarge(head.target())).isPresent()) {
            answerBeside(ctx, request, headOnly);
        } else {
            write(ctx, page(request), headOnly);
        }
    }

    /** One after the other: several at a time would need the memory of several. */
    private void answerBeside(ChannelHandlerContext ctx, Optional<RequestHead> request, boolean headOnly) {
        Thread.startVirtualThread(() -> {
            large.lock();
            try {
                Page page = page(request);
                ctx.executor().execute(() -> write(ctx, page, headOnly));
            } catch (RuntimeException e) {
                LOG.warn("No answer to {}", request, e);
                var _ = ctx.close();
            } finally {
                large.unlock();
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
            return new Page(400, "text/plain; charset=utf-8", "not a request that can be read\n");
        }
        if (!request.get().reads()) {
            return new Page(405, "text/plain; charset=utf-8", "only GET and HEAD\n");
        }
        return pages.find(request.get().target())
                .map(page -> page.negotiated(request.get().values("accept")))
                .orElseGet(() -> new Page(
                        404,
                        "text/plain; charset=utf-8",
                        "no such page (expected: one of "
                                + new TreeSet<>(pages.pages().keySet()) + ")\n"));
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

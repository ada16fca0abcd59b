package dev.weft.proxy.exchange;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.carry.Copy;
import dev.weft.proxy.carry.LoopContext;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.Http1Request;
import dev.weft.proxy.http.Http1ResponseReader;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.observe.CopiedRequest.Result;
import dev.weft.proxy.route.Backend;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A copy of an HTTP/1.1 request, which does not wait for it. Its session with the endpoint may carry another request afterwards. */
final class Http1Copy extends Copy implements Upstream.User, Http1ResponseReader.Listener {
    private static final int FIRST_FINAL = 200;

    private final Upstreams upstreams;
    private final Http1Request request;
    private final Http1ResponseReader reader;
    private @Nullable Upstream upstream;

    Http1Copy(
            LoopContext lane,
            Session session,
            Upstreams upstreams,
            Http1Request request,
            Backend backend,
            ByteBufAllocator alloc) {
        super(
                lane,
                session,
                backend,
                "http/1.1",
                request.asRead().method(),
                request.asRead().path());
        this.upstreams = upstreams;
        this.request = request;
        this.reader = new Http1ResponseReader(request, alloc, lane.sidecar().heads(), this);
    }

    @Override
    protected void go(Route.Endpoint endpoint, SpiffeId identity) {
        Upstream kept = upstreams.take(endpoint, false);
        Upstream next = kept == null ? upstreams.make(endpoint, lane()) : kept;
        upstream = next;
        next.use(this);
        if (kept == null) {
            next.start();
        }
    }

    private Upstream current() {
        return Objects.requireNonNull(upstream, "upstream");
    }

    @Override
    protected void write(ByteBuf data) {
        current().write(data);
        current().flush();
    }

    @Override
    protected void finish() {
        // its framing marks its end
    }

    @Override
    protected long queued() {
        return upstream == null ? 0 : upstream.queued();
    }

    @Override
    protected void drop() {
        reader.close();
        Upstream open = upstream;
        upstream = null;
        if (open != null) {
            open.abort();
        }
    }

    @Override
    public void ready() {
        goes();
    }

    @Override
    public void received(ByteBuf data) {
        reader.receive(data);
    }

    @Override
    public void inputEnded() {
        reader.inputEnded();
    }

    @Override
    public void broken(Refusal refusal, boolean unseen) {
        end(Result.FAILED);
    }

    @Override
    public void responseHead(int status, ByteBuf head) {
        head.release();
        if (status >= FIRST_FINAL) {
            answers(status);
        }
    }

    @Override
    public void responseBody(ByteBuf data) {
        data.release();
    }

    @Override
    public void responseEnded(boolean persists, boolean clean) {
        Upstream used = current();
        upstream = null;
        upstreams.done(used, persists && request.persists(), clean && hasRequestEnded());
        end(Result.ANSWERED);
    }

    @Override
    public void malformedResponse(GateRefusal why) {
        end(Result.FAILED);
    }
}

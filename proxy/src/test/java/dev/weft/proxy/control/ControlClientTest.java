package dev.weft.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.CertifyRequest;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.proxy.identity.FakeControlPlane;
import dev.weft.proxy.identity.TlsContexts;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ControlClientTest {
    /** Whoever waits for a call holds a TLS context for it, which is not freed before the call has ended. */
    @Test
    void endsACallAlsoWhenItsEventLoopHasEnded() throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        ControlClient client =
                new ControlClient(group.next(), new ControlTarget("127.0.0.1", 1, FakeControlPlane.ID, 0));
        group.shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS).sync();
        SslContext tls = new TlsContexts(TrustBundles.EMPTY, InstantSource.system()).anonymousClient();
        try {
            CompletableFuture<?> call = client.certify(CertifyRequest.getDefaultInstance(), tls);
            assertThat(call).isCompletedExceptionally();
            assertThatThrownBy(call::join)
                    .hasRootCauseInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("control plane 127.0.0.1:1: the proxy stops");
        } finally {
            ReferenceCountUtil.release(tls);
        }
    }
}

package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.session.SessionObserver;
import dev.weft.proxy.session.SessionRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionsPageTest {
    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 4711);
    private static final InetSocketAddress SERVICE = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.2"), 80);

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final SessionRegistry registry = new SessionRegistry(
            loops,
            Clock.systemUTC(),
            new SessionObserver() {
                @Override
                public void opened(Session session) {}

                @Override
                public void ended(Session session, @Nullable Refusal refusal) {}
            },
            Integer.MAX_VALUE,
            Long.MAX_VALUE);

    @AfterEach
    void stop() {
        loops.shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }

    private void open(int sessions) {
        for (int i = 0; i < sessions; i++) {
            registry.open(loops.next(), Session.Direction.INBOUND, PEER, SERVICE, new Session.Owner() {
                @Override
                public @Nullable Refusal check(Session session) {
                    return null;
                }

                @Override
                public void close(Session session, Refusal refusal) {}
            });
        }
    }

    @Test
    void listsThemAll() {
        open(2);
        assertThat(ConnectionsPage.of(registry.sessions()))
                .contains("\"peer\":\"10.0.0.1:4711\"")
                .contains("\"destination\":\"10.0.0.2:80\"")
                .endsWith("],\"leftOut\":0}");
    }

    /** A sidecar whose heap the page filled would end, and all its connections with it. */
    @Test
    void saysHowManyMoreThereAreThanItLists() {
        open(ConnectionsPage.MAX_LISTED + 3);
        String page = ConnectionsPage.of(registry.sessions());
        assertThat(page).endsWith("],\"leftOut\":3}").hasSizeLessThan(4 << 20);
        assertThat(page.split("\"id\":", -1)).hasSize(ConnectionsPage.MAX_LISTED + 1);
    }
}

package dev.weft.proxy.capture;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.RawUnixChannelOption;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Finds where a captured connection was meant to go. */
@FunctionalInterface
public interface OriginalDestination {
    /** Returns the destination before the redirect, or {@code null} when the connection was not redirected. */
    @Nullable
    InetSocketAddress of(Channel accepted);

    /** Asks the kernel's connection tracking: {@code SO_ORIGINAL_DST}, for IPv6 {@code IP6T_SO_ORIGINAL_DST}. */
    static OriginalDestination fromKernel() {
        RawUnixChannelOption ipv4 = new RawUnixChannelOption("SO_ORIGINAL_DST", Raw.SOL_IP, Raw.SO_ORIGINAL_DST, 16);
        RawUnixChannelOption ipv6 =
                new RawUnixChannelOption("IP6T_SO_ORIGINAL_DST", Raw.SOL_IPV6, Raw.SO_ORIGINAL_DST, 28);
        return channel -> {
            if (!(channel.localAddress() instanceof InetSocketAddress local)) {
                return null;
            }
            boolean six = local.getAddress() instanceof Inet6Address;
            try {
                ByteBuffer raw = channel.config().getOption(six ? ipv6 : ipv4);
                return raw == null ? null : Raw.parse(raw, six);
            } catch (ChannelException e) {
                return null; // ENOENT: not in the connection tracking table, so not redirected
            }
        };
    }

    /** Parses the kernel's {@code sockaddr_in} and {@code sockaddr_in6}. */
    final class Raw {
        static final int SOL_IP = 0;
        static final int SOL_IPV6 = 41;
        static final int SO_ORIGINAL_DST = 80;
        private static final int PORT_OFFSET = 2;
        private static final int IPV4_OFFSET = 4;
        private static final int IPV6_OFFSET = 8;
        private static final int IPV4_BYTES = 4;
        private static final int IPV6_BYTES = 16;

        private Raw() {}

        /** Port and address are in network byte order on every machine. */
        static InetSocketAddress parse(ByteBuffer raw, boolean six) {
            int start = raw.position();
            int port = (raw.get(start + PORT_OFFSET) & 0xff) << 8 | (raw.get(start + PORT_OFFSET + 1) & 0xff);
            byte[] address = new byte[six ? IPV6_BYTES : IPV4_BYTES];
            raw.get(start + (six ? IPV6_OFFSET : IPV4_OFFSET), address);
            try {
                return new InetSocketAddress(InetAddress.getByAddress(address), port);
            } catch (UnknownHostException e) {
                throw new IllegalStateException("address of " + address.length + " bytes (expected: 4 or 16)", e);
            }
        }
    }
}

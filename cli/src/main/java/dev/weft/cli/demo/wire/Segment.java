package dev.weft.cli.demo.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * One TCP segment (RFC 9293), taken from an Ethernet frame.
 *
 * @param flow the direction of the connection that it belongs to
 * @param sequence the sequence number of its first byte, or of its SYN
 * @param payload the bytes that it carries, without headers
 */
record Segment(Flow flow, int sequence, boolean syn, ByteBuffer payload) {

    private static final int MAC_ADDRESSES_BYTES = 12;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int IPV6_HEADER_BYTES = 40;
    private static final int PROTOCOL_TCP = 6;
    private static final int FLAG_SYN = 0x02;
    private static final int WORD_BYTES = 4;

    /** One direction of a TCP connection. */
    record Flow(InetAddress source, int sourcePort, InetAddress destination, int destinationPort) {}

    private record Packet(InetAddress source, InetAddress destination, ByteBuffer tcp) {}

    /** Returns the TCP segment in a frame; empty when the frame carries none. */
    static Optional<Segment> parse(byte[] frame) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(frame);
            bytes.position(MAC_ADDRESSES_BYTES);
            int etherType = bytes.getShort() & 0xffff;
            Optional<Packet> packet = switch (etherType) {
                case ETHERTYPE_IPV4 -> ipv4(bytes.slice());
                case ETHERTYPE_IPV6 -> ipv6(bytes.slice());
                default -> Optional.empty();
            };
            return packet.map(Segment::tcp);
        } catch (BufferUnderflowException
                | IndexOutOfBoundsException
                | IllegalArgumentException
                | UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static Optional<Packet> ipv4(ByteBuffer ip) throws UnknownHostException {
        int headerBytes = (ip.get(0) & 0x0f) * WORD_BYTES;
        int totalBytes = ip.getShort(2) & 0xffff;
        if (ip.get(9) != PROTOCOL_TCP) {
            return Optional.empty();
        }
        return Optional.of(
                new Packet(address(ip, 12, 4), address(ip, 16, 4), ip.slice(headerBytes, totalBytes - headerBytes)));
    }

    /** Reads an IPv6 packet without extension headers: TCP between workloads of the mesh uses none. */
    private static Optional<Packet> ipv6(ByteBuffer ip) throws UnknownHostException {
        int payloadBytes = ip.getShort(4) & 0xffff;
        if (ip.get(6) != PROTOCOL_TCP) {
            return Optional.empty();
        }
        return Optional.of(
                new Packet(address(ip, 8, 16), address(ip, 24, 16), ip.slice(IPV6_HEADER_BYTES, payloadBytes)));
    }

    private static Segment tcp(Packet packet) {
        ByteBuffer tcp = packet.tcp();
        Flow flow = new Flow(packet.source(), tcp.getShort(0) & 0xffff, packet.destination(), tcp.getShort(2) & 0xffff);
        int headerBytes = ((tcp.get(12) >> 4) & 0x0f) * WORD_BYTES;
        ByteBuffer payload = tcp.slice(headerBytes, tcp.limit() - headerBytes);
        return new Segment(flow, tcp.getInt(4), (tcp.get(13) & FLAG_SYN) != 0, payload);
    }

    private static InetAddress address(ByteBuffer ip, int offset, int length) throws UnknownHostException {
        byte[] address = new byte[length];
        ip.get(offset, address);
        return InetAddress.getByAddress(address);
    }
}

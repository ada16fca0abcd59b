package dev.weft.cli.demo.wire;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads Ethernet frames from a stream in tcpdump's file format (draft-ietf-opsawg-pcap), in either byte order. */
final class PcapReader {

    private static final int MAGIC_MICROSECONDS = 0xa1b2c3d4;
    private static final int MAGIC_NANOSECONDS = 0xa1b23c4d;
    private static final int LINKTYPE_ETHERNET = 1;
    private static final int LINKTYPE_MASK = 0xffff;
    private static final int BYTES_BETWEEN_MAGIC_AND_LINKTYPE = 16;
    private static final int TIMESTAMP_BYTES = 8;
    /** tcpdump's limit for one captured frame. */
    private static final int MAX_FRAME_BYTES = 262_144;

    private final DataInputStream in;
    private final boolean swapped;

    /**
     * Reads the file header.
     *
     * @throws IOException when the stream is not a capture of an Ethernet link
     */
    PcapReader(InputStream stream) throws IOException {
        in = new DataInputStream(stream);
        int magic = in.readInt();
        swapped = isMagic(Integer.reverseBytes(magic));
        if (!swapped && !isMagic(magic)) {
            throw new IOException("capture begins with 0x%08x (expected: 0xa1b2c3d4)".formatted(magic));
        }
        in.skipNBytes(BYTES_BETWEEN_MAGIC_AND_LINKTYPE);
        int linkType = number() & LINKTYPE_MASK;
        if (linkType != LINKTYPE_ETHERNET) {
            throw new IOException("capture of link type " + linkType + " (expected: 1, Ethernet)");
        }
    }

    /** Returns the next frame; empty when the capture has ended, even in the middle of a frame. */
    Optional<byte[]> next() throws IOException {
        try {
            in.skipNBytes(TIMESTAMP_BYTES);
            int captured = number();
            number(); // skips the length on the wire: the capture takes whole frames
            if (captured < 0 || captured > MAX_FRAME_BYTES) {
                throw new IOException("frame of " + captured + " bytes (expected: at most " + MAX_FRAME_BYTES + ")");
            }
            byte[] frame = new byte[captured];
            in.readFully(frame);
            return Optional.of(frame);
        } catch (EOFException e) {
            return Optional.empty();
        }
    }

    private int number() throws IOException {
        int value = in.readInt();
        return swapped ? Integer.reverseBytes(value) : value;
    }

    private static boolean isMagic(int value) {
        return value == MAGIC_MICROSECONDS || value == MAGIC_NANOSECONDS;
    }
}

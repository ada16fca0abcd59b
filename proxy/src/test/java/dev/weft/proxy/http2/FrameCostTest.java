package dev.weft.proxy.http2;

import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What an octet of each kind of frame costs the side that takes it, with as many streams open as there may be: processor time,
 * as the thread's own clock tells, and whether what carries nothing is ever stopped.
 */
class FrameCostTest {
    @RegisterExtension
    static final FrameCost COST = new FrameCost();

    /** Frames as an attacker would choose them; {@code i} counts them. Floods are to be stopped before a MiB. */
    enum Kind {
        SETTINGS_OF_MANY_WINDOWS(false) {
            @Override
            ByteBuf frame(int i) {
                return settings(10_000, Frames.SETTINGS_INITIAL_WINDOW_SIZE, 65_535);
            }
        },
        SETTINGS_OF_MANY_TABLES(false) {
            @Override
            ByteBuf frame(int i) {
                return settings(10_000, Frames.SETTINGS_HEADER_TABLE_SIZE, 4096);
            }
        },
        SETTINGS_OF_ONE_WINDOW(true) {
            @Override
            ByteBuf frame(int i) {
                return settings(1, Frames.SETTINGS_INITIAL_WINDOW_SIZE, 65_535 + (i & 1));
            }
        },
        SETTINGS_OF_NOTHING(true) {
            @Override
            ByteBuf frame(int i) {
                return zeros(Frames.SETTINGS, 0, 0, 0);
            }
        },
        PING(true) {
            @Override
            ByteBuf frame(int i) {
                return zeros(Frames.PING, 0, 0, 8);
            }
        },
        PRIORITY(true) {
            @Override
            ByteBuf frame(int i) {
                return zeros(Frames.PRIORITY, 0, 1, 5);
            }
        },
        UNKNOWN(true) {
            @Override
            ByteBuf frame(int i) {
                return zeros(0x5a, 0, 0, 0);
            }
        },
        GOAWAY(true) {
            @Override
            ByteBuf frame(int i) {
                return zeros(Frames.GOAWAY, 0, 0, 8);
            }
        },
        WINDOW_UPDATE_OF_THE_CONNECTION(true) {
            @Override
            ByteBuf frame(int i) {
                return header(Frames.WINDOW_UPDATE, 0, 0, 4).writeInt(1);
            }
        },
        WINDOW_UPDATE_OF_A_STREAM(true) {
            @Override
            ByteBuf frame(int i) {
                return header(Frames.WINDOW_UPDATE, 0, open(i), 4).writeInt(1);
            }
        },
        WINDOW_UPDATE_OF_AN_ENDED_STREAM(true) {
            @Override
            ByteBuf frame(int i) {
                return header(Frames.WINDOW_UPDATE, 0, 1, 4).writeInt(1);
            }
        },
        RST_STREAM_OF_AN_ENDED_STREAM(true) {
            @Override
            ByteBuf frame(int i) {
                return zeros(Frames.RST_STREAM, 0, 1, 4);
            }
        },
        DATA_OF_NOTHING(true) {
            @Override
            ByteBuf frame(int i) {
                return zeros(Frames.DATA, 0, open(i), 0);
            }
        },
        DATA_OF_PADDING(true) {
            @Override
            ByteBuf frame(int i) {
                return header(Frames.DATA, Frames.PADDED, open(i), 1).writeByte(0);
            }
        },
        DATA_OF_ONE_OCTET(false) {
            @Override
            ByteBuf frame(int i) {
                return zeros(Frames.DATA, 0, open(i), 1);
            }
        },
        DATA_OF_A_RESET_STREAM(false) {
            @Override
            ByteBuf frame(int i) {
                return zeros(Frames.DATA, 0, 3, 1);
            }
        },
        DATA_IN_BULK(false) {
            @Override
            ByteBuf frame(int i) {
                return zeros(Frames.DATA, 0, open(i), 16_000);
            }
        },
        HEADERS_BEYOND_THE_LIMIT_OF_STREAMS(true) {
            @Override
            ByteBuf frame(int i) {
                ByteBuf block = CONNECT.duplicate();
                return header(Frames.HEADERS, Frames.END_HEADERS, 4001 + 2 * i, block.readableBytes())
                        .writeBytes(block);
            }
        },
        HEADERS_OF_A_RESET_STREAM(false) {
            @Override
            ByteBuf frame(int i) {
                ByteBuf block = header(Frames.HEADERS, Frames.END_HEADERS | Frames.END_STREAM, 3, 15_000);
                while (block.readableBytes() < Frames.HEADER_LENGTH + 15_000) {
                    block.writeByte(0x80 | 58); // an indexed field: user-agent
                }
                return block;
            }
        };

        final boolean floods;

        Kind(boolean floods) {
            this.floods = floods;
        }

        abstract ByteBuf frame(int i);
    }

    private static final ByteBuf CONNECT = connect();
    private static final int STREAMS = Http2Settings.DEFAULTS.maxConcurrentStreams();

    /** Of the streams that stay open. */
    private static int open(int i) {
        return 5 + 2 * (i % STREAMS);
    }

    @ParameterizedTest
    @EnumSource
    void anOctetCostsLittleWhateverItIsOf(Kind kind) {
        COST.assertLittle(Begun::new, kind::frame, kind.floods);
    }

    private static final class Begun implements FrameCost.Receiver {
        private final EmbeddedChannel channel;

        Begun() {
            RecordingConnection events = new RecordingConnection();
            channel = new EmbeddedChannel(Http2Connection.server(Http2Settings.DEFAULTS, events));
            begin(channel, events);
        }

        @Override
        public void take(ByteBuf frames) {
            channel.writeInbound(frames);
            channel.runPendingTasks();
        }

        @Override
        public void drop() {
            channel.releaseOutbound();
        }

        @Override
        public boolean goesOn() {
            return channel.isActive();
        }

        @Override
        public void close() {
            channel.finishAndReleaseAll();
        }
    }

    /** Stream 1 has ended, 3 was reset from here, as many as may be are open. */
    private static void begin(EmbeddedChannel channel, RecordingConnection events) {
        channel.writeInbound(Unpooled.copiedBuffer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", StandardCharsets.US_ASCII));
        channel.writeInbound(zeros(Frames.SETTINGS, 0, 0, 0));
        for (int i = 0; i < STREAMS + 2; i++) {
            int flags = Frames.END_HEADERS | (i == 0 ? Frames.END_STREAM : 0);
            channel.writeInbound(header(Frames.HEADERS, flags, 2 * i + 1, CONNECT.readableBytes())
                    .writeBytes(CONNECT.duplicate()));
            Http2Stream stream = events.request(i).stream();
            if (i == 1) {
                stream.reset(ErrorCode.CANCEL);
            } else {
                stream.sendHeaders(new DefaultHttp2Headers().status("200"), i == 0);
            }
        }
        channel.runPendingTasks();
        channel.releaseOutbound();
    }

    private static ByteBuf connect() {
        DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
        try {
            Http2Headers headers =
                    new DefaultHttp2Headers(false).method("CONNECT").authority("10.0.0.1:80");
            ByteBuf block = Unpooled.buffer();
            encoder.maxHeaderTableSize(0);
            encoder.encodeHeaders(1, headers, block);
            return block;
        } catch (Http2Exception e) {
            throw new IllegalStateException(e);
        } finally {
            encoder.close();
        }
    }

    private static ByteBuf settings(int entries, int id, int value) {
        ByteBuf frame = header(Frames.SETTINGS, 0, 0, 6 * entries);
        for (int i = 0; i < entries; i++) {
            frame.writeShort(id).writeInt(value - (i & 1));
        }
        return frame;
    }

    private static ByteBuf zeros(int type, int flags, int streamId, int length) {
        return header(type, flags, streamId, length).writeZero(length);
    }

    private static ByteBuf header(int type, int flags, int streamId, int length) {
        return Unpooled.buffer(Frames.HEADER_LENGTH + length)
                .writeMedium(length)
                .writeByte(type)
                .writeByte(flags)
                .writeInt(streamId);
    }
}

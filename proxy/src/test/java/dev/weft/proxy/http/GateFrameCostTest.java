package dev.weft.proxy.http;

import static dev.weft.proxy.http.Http2Raw.frame;
import static dev.weft.proxy.http.Http2Raw.get;
import static dev.weft.proxy.http.Http2Raw.headers;

import dev.weft.proxy.http2.FrameCost;
import dev.weft.proxy.http2.frame.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What an octet of each kind of frame costs the gate, with as many streams open as there may be: processor time, as the
 * thread's own clock tells, and whether what carries nothing is ever stopped. Callers without an identity reach this
 * codec where a permissive workload judges requests.
 */
class GateFrameCostTest {
    @RegisterExtension
    static final FrameCost COST = new FrameCost();

    /** Frames as an attacker would choose them; {@code i} counts them. Floods are to be stopped before a MiB. */
    enum Kind {
        SETTINGS_OF_MANY_WINDOWS(true) {
            @Override
            byte[] next(int i) {
                return settings(20, Frames.SETTINGS_INITIAL_WINDOW_SIZE, 65_535 + (i & 1));
            }
        },
        SETTINGS_OF_ONE_TABLE(true) {
            @Override
            byte[] next(int i) {
                return settings(1, Frames.SETTINGS_HEADER_TABLE_SIZE, 4096 * (i & 1));
            }
        },
        SETTINGS_OF_NOTHING(true) {
            @Override
            byte[] next(int i) {
                return Http2Raw.SETTINGS;
            }
        },
        SETTINGS_ACKNOWLEDGED(true) {
            @Override
            byte[] next(int i) {
                return frame(Frames.SETTINGS, Frames.ACK, 0);
            }
        },
        PING(true) {
            @Override
            byte[] next(int i) {
                return frame(Frames.PING, 0, 0, new byte[8]);
            }
        },
        PRIORITY(true) {
            @Override
            byte[] next(int i) {
                return frame(Frames.PRIORITY, 0, 1, new byte[5]);
            }
        },
        UNKNOWN(true) {
            @Override
            byte[] next(int i) {
                return frame(0x5a, 0, 0);
            }
        },
        UNKNOWN_IN_BULK(false) {
            @Override
            byte[] next(int i) {
                return frame(0x5a, 0, 0, new byte[16_000]);
            }
        },
        GOAWAY(true) {
            @Override
            byte[] next(int i) {
                return frame(Frames.GOAWAY, 0, 0, new byte[8]);
            }
        },
        WINDOW_UPDATE_OF_THE_CONNECTION(true) {
            @Override
            byte[] next(int i) {
                return frame(Frames.WINDOW_UPDATE, 0, 0, ONE);
            }
        },
        WINDOW_UPDATE_OF_A_STREAM(true) {
            @Override
            byte[] next(int i) {
                return frame(Frames.WINDOW_UPDATE, 0, open(i), ONE);
            }
        },
        WINDOW_UPDATE_OF_AN_ENDED_STREAM(true) {
            @Override
            byte[] next(int i) {
                return frame(Frames.WINDOW_UPDATE, 0, DENIED, ONE);
            }
        },
        RST_STREAM_OF_AN_ENDED_STREAM(true) {
            @Override
            byte[] next(int i) {
                return frame(Frames.RST_STREAM, 0, DENIED, ONE);
            }
        },
        DATA_OF_NOTHING(true) {
            @Override
            byte[] next(int i) {
                return frame(Frames.DATA, 0, open(i));
            }
        },
        DATA_OF_PADDING(true) {
            @Override
            byte[] next(int i) {
                return frame(Frames.DATA, Frames.PADDED, open(i), (byte) 0);
            }
        },
        DATA_OF_ONE_OCTET(false) {
            @Override
            byte[] next(int i) {
                return frame(Frames.DATA, 0, open(i), (byte) 0);
            }
        },
        DATA_OF_A_DENIED_STREAM(true) {
            @Override
            byte[] next(int i) {
                return frame(Frames.DATA, 0, DENIED, (byte) 0);
            }
        },
        DATA_IN_BULK(false) {
            @Override
            byte[] next(int i) {
                return frame(Frames.DATA, 0, open(i), new byte[16_000]);
            }
        },
        REQUESTS_BEYOND_THE_LIMIT_OF_STREAMS(true) {
            @Override
            byte[] next(int i) {
                return headers(beyond(i), true, get("/yes"));
            }
        },
        REQUESTS_THAT_ARE_MALFORMED(true) {
            @Override
            byte[] next(int i) {
                return headers(beyond(i), true, Http2Raw.block(":method", "GET"));
            }
        },
        TRAILERS_OF_AN_ENDED_STREAM(true) {
            @Override
            byte[] next(int i) {
                return headers(DENIED, true, new byte[0]);
            }
        },
        HEADERS_OF_AN_ENDED_STREAM_IN_BULK(false) {
            @Override
            byte[] next(int i) {
                byte[] fields = new byte[15_000];
                Arrays.fill(fields, (byte) (0x80 | 58)); // an indexed field: user-agent
                return headers(DENIED, true, fields);
            }
        };

        final boolean floods;

        Kind(boolean floods) {
            this.floods = floods;
        }

        abstract byte[] next(int i);
    }

    private static final int STREAMS = Http2CallerFrames.MOST_STREAMS;
    private static final int DENIED = 1;
    private static final byte[] ONE = {0, 0, 0, 1};
    /** Of the streams that stay open. */
    private static int open(int i) {
        return DENIED + 2 + 2 * (i % STREAMS);
    }

    private static int beyond(int i) {
        return DENIED + 2 + 2 * (STREAMS + i);
    }

    @ParameterizedTest
    @EnumSource
    void anOctetCostsLittleWhateverItIsOf(Kind kind) {
        COST.assertLittle(Begun::new, i -> Unpooled.wrappedBuffer(kind.next(i)), kind.floods);
    }

    private static final class Begun implements FrameCost.Receiver {
        private final Http2Raw raw = new Http2Raw().begun();

        Begun() {
            raw.say(headers(DENIED, true, get("/no")));
            for (int i = 0; i < STREAMS; i++) {
                raw.say(headers(open(i), false, get("/yes")));
            }
        }

        @Override
        public void take(ByteBuf frames) {
            raw.gate.request(frames);
        }

        @Override
        public void drop() {
            raw.application.reset();
            raw.caller.reset();
        }

        @Override
        public boolean goesOn() {
            return raw.refusal == null;
        }

        @Override
        public void close() {
            raw.close();
        }
    }

    private static byte[] settings(int entries, int id, int value) {
        ByteBuf payload = Unpooled.buffer();
        for (int i = 0; i < entries; i++) {
            payload.writeShort(id).writeInt(value - (i & 1));
        }
        return frame(Frames.SETTINGS, 0, 0, Http2Raw.bytes(payload));
    }
}

package dev.weft.daemon.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.weft.daemon.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/** Formats a log event as a line of JSON: time, level, logger, message, then the event's named values. */
final class LogLines extends EncoderBase<ILoggingEvent> {

    private static final byte[] NOTHING = new byte[0];

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        JsonWriter line = new JsonWriter()
                .object()
                .field("time", event.getInstant().toString())
                .field("level", event.getLevel().toString().toLowerCase(Locale.ROOT))
                .field("logger", event.getLoggerName())
                .field("message", event.getFormattedMessage());
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                line.name(pair.key).value(pair.value);
            }
        }
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            line.field("error", thrown.getClassName() + ": " + thrown.getMessage());
        }
        return (line.endObject() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}

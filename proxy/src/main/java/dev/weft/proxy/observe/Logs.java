package dev.weft.proxy.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Sets the process's log up: a line of JSON for each event, on standard error. */
public final class Logs {
    private static final byte[] NOTHING = new byte[0];

    private Logs() {}

    /** Replaces whatever was set up before. */
    public static void start(String level) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        Lines lines = new Lines();
        lines.setContext(context);
        lines.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(lines);
        appender.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(appender);
        context.getLogger("dev.weft").setLevel(Level.toLevel(level));
    }

    private static final class Lines extends EncoderBase<ILoggingEvent> {
        @Override
        public byte[] headerBytes() {
            return NOTHING;
        }

        @Override
        public byte[] encode(ILoggingEvent event) {
            Json json = new Json()
                    .object()
                    .field("time", event.getInstant().toString())
                    .field("level", event.getLevel().toString().toLowerCase(java.util.Locale.ROOT))
                    .field("logger", event.getLoggerName())
                    .field("message", event.getFormattedMessage());
            if (event.getKeyValuePairs() != null) {
                event.getKeyValuePairs().forEach(pair -> field(json, pair.key, pair.value));
            }
            IThrowableProxy thrown = event.getThrowableProxy();
            if (thrown != null) {
                json.field("error", thrown.getClassName() + ": " + thrown.getMessage());
            }
            return (json.endObject() + "\n").getBytes(StandardCharsets.UTF_8);
        }

        private static void field(Json json, String name, @Nullable Object value) {
            switch (value) {
                case Long number -> json.field(name, number);
                case Integer number -> json.field(name, number.longValue());
                case Boolean bool -> json.field(name, bool);
                case null -> json.field(name, (String) null);
                default -> json.field(name, value.toString());
            }
        }

        @Override
        public byte[] footerBytes() {
            return NOTHING;
        }
    }
}

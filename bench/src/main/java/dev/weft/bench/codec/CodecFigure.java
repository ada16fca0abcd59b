package dev.weft.bench.codec;

/**
 * The cost of one exchange, both ends together.
 *
 * @param load what is exchanged
 * @param codec whose codec carries it
 * @param micros CPU time, in microseconds
 * @param allocated octets of the heap that were allocated
 */
public record CodecFigure(String load, String codec, double micros, double allocated) {}

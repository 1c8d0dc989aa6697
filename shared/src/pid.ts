/** The largest possible pid (PID_MAX_LIMIT, include/linux/threads.h). */
export const MAX_PID = 4_194_304;
